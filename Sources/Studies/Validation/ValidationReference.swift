/// The reference page of both reports: what they compare, then their tables.
public func validationReference(_ training: ValidationReport, _ collectives: CollectiveReport) -> String {
  """
  # Predictions beside measurements

  This page is generated from the tables in `Validation/`. Median, mean and P90 are of the size of an error,
  bias is the median with its sign.

  ## Data-parallel training

  From `data-parallel-training.csv`. An error is predicted over measured rate, less one. How rows become jobs,
  what was fitted and what the numbers do not say is in `docs/explanation/validation.md`.


  """ + training.markdown + """

    ## Collectives

    From `collectives.csv`. An error is predicted over measured time, less one, so above 0 is too slow. NVIDIA
    AIConfigurator's rows were fitted, all others were not; the model and its constants are in
    `docs/explanation/nccl-model.md`.


    """ + collectives.markdown
}
