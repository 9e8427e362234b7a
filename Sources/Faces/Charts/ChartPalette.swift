import Documents

/// What a span of a step is spent on, in the order in which bars are stacked and legends listed.
///
/// Colours are from the palette of Okabe & Ito 2008, "Color universal design", which stays apart for
/// readers with colour-vision deficiency; computation is blue, communication vermilion, idling grey.
public enum StepPhase: String, Sendable, CaseIterable {
  case rollout, scoring, forward, backward, recomputation, communication
  /// Communication by its purpose, where a picture tells purposes apart.
  case tensorExchange, contextExchange, expertExchange, stageExchange, dataExchange
  case bubble, optimizer, other

  var colour: String {
    switch self {
    case .rollout: "#E69F00"
    case .scoring: "#F0E442"
    case .forward: "#56B4E9"
    case .backward: "#0072B2"
    case .recomputation: "#CC79A7"
    case .communication, .dataExchange: "#D55E00"
    case .tensorExchange: "#E69F00"
    case .contextExchange: "#7A4F2B"
    case .expertExchange: "#F0E442"
    case .stageExchange: "#6B3FA0"
    case .bubble: "#DDDDDD"
    case .optimizer: "#009E73"
    case .other: "#888888"
    }
  }

  var label: String {
    switch self {
    case .bubble: "pipeline bubble"
    case .tensorExchange: "tensor exchange"
    case .contextExchange: "context exchange"
    case .expertExchange: "expert exchange"
    case .stageExchange: "between stages"
    case .dataExchange: "gradients and parameters"
    default: rawValue
    }
  }
}

/// What memory is held for, in the order in which areas are stacked and legends listed.
public enum MemoryKind: String, Sendable, CaseIterable {
  case weights, gradients, optimizer, activations, other

  var colour: String {
    switch self {
    case .weights: "#0072B2"
    case .gradients: "#E69F00"
    case .optimizer: "#009E73"
    case .activations: "#CC79A7"
    case .other: "#888888"
    }
  }
}

enum Palette {
  /// Colours of series without a meaning of their own, in order of use.
  static let series = [
    "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#6B3FA0", "#7A4F2B",
    "#888888",
  ]
  static let shapes = [
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right", "triangle-left",
  ]

  static let line = "#222222"
  static let grid = "#E2E2E2"

  /// A colour scale with its legend's order.
  static func scale(_ entries: [(label: String, colour: String)]) -> OutputValue {
    [
      "domain": .list(entries.map { .string($0.label) }), "range": .list(entries.map { .string($0.colour) }),
    ]
  }

  /// The scale of the series' labels, by position; the last colour is kept by all beyond the palette.
  static func scale(ofSeries labels: [String]) -> OutputValue {
    scale(labels.enumerated().map { ($0.element, series[min($0.offset, series.count - 1)]) })
  }
}
