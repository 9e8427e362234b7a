/// The reference page of a report: what it compares, then its tables.
public func validationReference(_ report: ValidationReport) -> String {
  """
  # Predictions beside measurements

  This page is generated from `Validation/data-parallel-training.csv`. An error is predicted over measured
  rate, less one; median, mean and P90 are of its size, bias is the median with its sign. How rows become
  jobs, what was fitted and what the numbers do not say is in `docs/explanation/validation.md`.


  """ + report.markdown
}
