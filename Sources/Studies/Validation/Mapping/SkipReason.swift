/// Why a measurement is not predicted.
public enum SkipReason: Error, Sendable, Hashable {
  case figure(String)
  case accelerator(String)
  case model(String)
  case dataType(String)
  case recomputation(String)
  case link(String)
  case unstatedNetwork
  case unstatedHardware
  case measuredNowhereElse(String)
  case microBatch
  case sequenceLength
  case nodeCount
  case collective(String)
  case collectiveMetric(String)
  case library(String)
  case kernel(String)
  case kernelShape(String)
  case peak(String, String)
  case group(library: String, Int, String)
  case algorithm(String)
  case architecture(String)
  case dimension(String)
  case differentShape(String)
  case task(String)
  case batch
  case ratio
  case refused(String)
}

extension SkipReason: CustomStringConvertible {
  public var description: String {
    switch self {
    case .figure(let name): "the figure '\(name)' is not predicted"
    case .accelerator(let name): "no accelerator of the catalogue is named '\(name)'"
    case .model(let name): "no model of the catalogue is named '\(name)'"
    case .dataType(""): "the number format is not stated"
    case .dataType(let text): "the number format '\(text)' is not known"
    case .recomputation(let text): "the recomputation '\(text)' is not simulated"
    case .link(let text): "no link of the catalogue is meant by '\(text)'"
    case .unstatedHardware: "the devices, or how many, are not stated"
    case .unstatedNetwork: "the network between the nodes is not stated"
    case .measuredNowhereElse(let name): "no other source measures '\(name)'"
    case .microBatch: "the samples per device are not stated"
    case .sequenceLength: "the sequence length is not stated"
    case .nodeCount: "the devices do not fill their nodes"
    case .collective(let name): "'\(name)' is no collective of NCCL"
    case .collectiveMetric(let name): "the metric '\(name)' gives no time"
    case .library(let name): "the library '\(name)' is neither NCCL nor RCCL"
    case .kernel(let name): "the kernel '\(name)' is not modelled"
    case .kernelShape(let text): "the kernel's shape lacks \(text)"
    case .peak(let format, let device): "no peak of \(device) in '\(format)' is known"
    case .group(let library, let count, let device): "\(library) does not run among \(count) × \(device)"
    case .algorithm(let text): "NCCL does not have '\(text)' there"
    case .architecture(let name): "a model of the kind '\(name)' is not in the catalogue"
    case .dimension(let name): "the model's \(name) are not stated"
    case .differentShape(let name): "the model differs from the catalogue's '\(name)'"
    case .task(let name): "the task '\(name)' is not mapped"
    case .ratio: "the figure is a speed-up, not a rate"
    case .batch: "the batch does not divide among the ranks"
    case .refused(let text): text
    }
  }
}
