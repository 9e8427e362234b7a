/// The reference page of the reports: what they compare, then their tables.
///
/// - Parameter leavingOut: the collectives by constants that each source took no part in.
public func validationReference(
  _ training: MeasuredRunReport, _ collectives: CollectiveReport, leavingOut: CollectiveReport
) -> String {
  """
  # Predictions beside measurements

  This page is generated from the tables in `Validation/`. Median, mean and P90 are of the size of an error,
  bias is the median with its sign.

  ## Training runs

  From the tables in `training/`. An error of speed is predicted over measured rate, less one; of memory, predicted over
  measured bytes. How rows become scenarios, what was fitted and what the numbers do not say is in
  `docs/explanation/validation.md`.


  """ + training.markdown + """

    ## Collectives

    From `collectives.csv`. An error is predicted over measured time, less one, so above 0 is too slow. The
    constants of a device were fitted to NVIDIA AIConfigurator's rows, the cost of a message over Elastic Fabric
    Adapter to AWS's, and what a profile or a script adds to Vidur's and to stas00's on B200; all other rows
    were not fitted. The model and its constants are in `docs/explanation/nccl-model.md`.


    """ + collectives.markdown + """

      ## Collectives by constants of other sources

      Every source predicted with constants that its own rows took no part in, as `rehearse validate --leave-out`
      prints them: fitted anew to the others, NCCL's own where no other measures a generation of devices, and
      without what one source alone measures.


      """ + leavingOut.markdownBySource
}
