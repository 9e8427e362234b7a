/// Which rows of a corpus are predicted.
public struct RowFilter: Sendable, Equatable {
  /// Part of a source's name, in any case; nil takes every source.
  public var source: String?
  /// A figure's name, such as `step_time_s`; nil takes every figure.
  public var metric: String?
  /// Part of the name of a run; nil takes every run.
  public var run: String?

  /// Whether memory, and whether runs fit, is left out.
  var isOfSpeeds = false

  public static let all = RowFilter()
  static let speeds: RowFilter = {
    var filter = RowFilter()
    filter.isOfSpeeds = true
    return filter
  }()

  public init(source: String? = nil, metric: String? = nil, run: String? = nil) {
    self.source = source
    self.metric = metric
    self.run = run
  }

  public func accepts(_ measurement: Measurement) -> Bool {
    acceptsSource(measurement.source) && (metric == nil || measurement.metric == metric)
      && !(isOfSpeeds && (measurement.metric.contains("memory") || measurement.metric.hasPrefix("fits")))
      && (run.map { measurement.configuration.contains($0) } ?? true)
  }

  /// Times of collectives have one figure and no runs.
  func accepts(_ measurement: CollectiveMeasurement) -> Bool {
    acceptsSource(measurement.source) && metric == nil && run == nil
  }

  /// Kernels have no runs.
  func accepts(_ measurement: KernelMeasurement) -> Bool {
    acceptsSource(measurement.source) && (metric == nil || measurement.metric == metric) && run == nil
  }

  private func acceptsSource(_ name: String) -> Bool {
    source.map { name.lowercased().contains($0.lowercased()) } ?? true
  }
}
