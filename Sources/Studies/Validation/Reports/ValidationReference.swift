/// The reference page of the reports: what they compare, then their tables.
///
/// - Parameters:
///   - collectives: by the shipped constants.
///   - leavingOut: the same by constants that each source took no part in; none where that was not asked for.
public func validationReference(
  _ runs: MeasuredRunReport, _ collectives: CollectiveReport, leavingOut: CollectiveReport,
  _ kernels: KernelReport
) -> String {
  """
  # Predictions beside measurements

  This page is generated from the tables in `Validation/` by `rehearse validate --leave-out --page`. Median and P90 are of
  the size of an error, bias is the median with its sign. “Left out” are errors by constants that a row's source took no part
  in.

  ## Training runs

  From `training/`. An error of speed is predicted over measured rate, less one; of memory, predicted over measured bytes. How
  rows become scenarios, what was fitted and what the numbers do not say is in `docs/explanation/validation.md`.


  """ + runs.markdown + """

    ## Kernels

    From `kernels.csv`: products, attention and layers that ran alone, by constants of their own
    (`docs/explanation/kernels.md`). An error is predicted over measured time, less one.


    """ + kernels.markdown + """

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
