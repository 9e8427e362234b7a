import Diagnostics
import FineTuning
import ModelGraphs
import Scenarios

extension Resolver {
  /// The model that a job trains, as its method trains it.
  struct TrainedModel {
    var described: DescribedModel
    /// Tokens of a sequence in every pass; `nil` where the model says it itself.
    var length: Int?
    var model: Model
  }

  func trainedModel(_ scenario: Scenario) throws(Diagnostics) -> TrainedModel {
    let described = try described(scenario.model).headed(for: scenario.training.stage)
    try checkStage(of: described, scenario)
    let (length, key) = try sequenceLength(described, scenario)
    var model = try countable(unroll(described, length: length, from: key, scenario), scenario)
    if scenario.training.stage == .rewardModel { model = model.withScalarHead }
    model = try apply(method(scenario), to: model, at: { scenario.places["training.\($0)"] })
    return TrainedModel(
      described: described, length: length, model: try keepingActivationInputs(model, scenario))
  }

  /// - Throws: where there is nothing to keep in 8 bits, or no kernel that does so.
  private func keepingActivationInputs(_ model: Model, _ scenario: Scenario) throws(Diagnostics) -> Model {
    if !scenario.training.fp8ActivationInputs { return model }
    let place = scenario.places["training.fp8_activation_inputs"]
    func refuse(_ reason: String, _ mend: String) -> Diagnostics {
      Diagnostics(Diagnostic(.conflict(reason), at: place, mend: mend))
    }
    if !model.hasGatedActivations {
      throw refuse("the model has no gated activations", "leave it out")
    }
    if [.fp32, .tf32].contains(scenario.training.precision) {
      throw refuse(
        "\(scenario.training.precision.rawValue) keeps activations in 32 bits, and the casts are between 16 and 8",
        "leave it out, or use another precision")
    }
    if let framework = (try? framework(scenario)) ?? nil, !framework.hasFusedElementwise {
      throw refuse(
        "\(framework.name) runs gated activations as an operation each, which keep their inputs as they are",
        "leave it out, or set training.framework to none")
    }
    return model.keepingActivationInputsInFP8
  }

  func method(_ scenario: Scenario) -> FineTuningMethod {
    let training = scenario.training
    // An unknown framework is reported where the framework itself is asked for.
    let framework = (try? framework(scenario)) ?? nil
    let adapters = LowRank(
      rank: training.adapter.rank ?? 0, targets: LowRank.Targets(training.adapter.targets ?? []),
      dropout: training.adapter.dropout ?? 0,
      keepsQuantisedInputs: framework?.keepsQuantisedInputs ?? false)
    switch training.method {
    case .full: return .full
    case .lora: return .lora(adapters)
    case .qlora: return .qlora(adapters, training.adapter.doubleQuantisation == true ? .nf4Double : .nf4)
    case .dora: return .dora(adapters)
    case .pissa: return .pissa(adapters)
    case .freeze:
      return .freeze(
        LayerFreeze(
          trainableLayers: training.freeze.trainableLayers ?? 0, side: training.freeze.side ?? .last,
          trainsEmbeddings: training.freeze.embeddings ?? false))
    }
  }

  /// The model as a method trains it.
  ///
  /// - Throws: what the model does not have for the method, at the key that asks for it.
  func apply(
    _ method: FineTuningMethod, to model: Model, at place: (String) -> SourceLocation
  ) throws(Diagnostics) -> Model {
    do throws(FineTuningError) {
      return try FineTuning.apply(method, to: model)
    } catch {
      let key =
        switch error {
        case .unknownTargets, .noTargets: "adapter.targets"
        case .noProducts: "method"
        case .rank, .rankBeyondMatrix: "adapter.rank"
        case .dropout: "adapter.dropout"
        case .trainableLayers: "freeze.trainable_layers"
        }
      // The error says its mend behind its reason.
      let text = "\(error)"
      let cut = text.ranges(of: ": use ").last
      throw Diagnostics(
        Diagnostic(
          .conflict(cut.map { String(text[..<$0.lowerBound]) } ?? text), at: place(key),
          mend: cut.map { "use " + text[$0.upperBound...] }))
    }
  }
}
