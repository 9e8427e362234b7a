import Diagnostics
import Fabrics
import Quantities
import TestSupport
import Testing
import Traffic
import TrafficFiles

@Suite("Event files") struct EventReadingTests {
  let tree = "{kind: fat_tree, k: 4, link: 100 Gb/s, latency: 1 us}"
  static let table = """
    time_seconds,event,target,value,until_seconds
    0.010,fail,edge 0 <-> host 0
    0.015,degrade,edge 0 -> host 0,0.5
    0.016,degrade,core 3,10 Gb/s,
    0.020,background,host 8 -> 9,40 Gb/s,0.050
    0.030,recover,host 0<->edge 0,,
    """
  static let document = """
    kind: ring
    hosts: 4
    link: 100 Gb/s
    reroute_delay: 50 ms
    events:
      - {time: 10 ms, event: fail, target: host 0 <-> host 1}
      - {time: 0, event: background, target: 1 -> 3, value: 10 Gb/s, until: 2 s}
      - {time: 20 ms, event: degrade, target: host 2, value: 0.25}
    """

  func time(_ seconds: Double) -> SimTime { .zero + SimDuration(seconds: seconds) }

  func complaint(_ text: String) throws -> String {
    let network = try readNetwork(tree, file: "f.yaml")
    do { _ = try readEvents(text, file: "e.csv", on: network) } catch { return "\(error)" }
    return "read"
  }

  @Test func `reads lines of every kind`() throws {
    let network = try readNetwork(tree, file: "f.yaml")
    func vertex(_ name: String) throws -> VertexID {
      VertexID(try #require(network.vertexNames.firstIndex(of: name)))
    }
    let (edge, core) = (try vertex("edge 0"), try vertex("core 3"))
    let expected = [
      NetworkEvent(at: time(0.010), .fail, .cable(edge, VertexID(0))),
      NetworkEvent(at: time(0.015), .slow(share: 0.5), .link(from: edge, to: VertexID(0))),
      NetworkEvent(at: time(0.016), .limit(.gigabitsPerSecond(10)), .vertex(core)),
      NetworkEvent(
        at: time(0.020), .background(.gigabitsPerSecond(40), until: time(0.050)),
        .link(from: VertexID(8), to: VertexID(9))),
      NetworkEvent(at: time(0.030), .recover, .cable(VertexID(0), edge)),
    ]
    #expect(try readEvents(Self.table, file: "e.csv", on: network) == expected)
    // Without the header, and with columns in another order.
    let body = Self.table.split(separator: "\n").dropFirst().joined(separator: "\n")
    #expect(try readEvents(body, file: "e.csv", on: network) == expected)
    #expect(
      try readEvents("target,event,time_seconds\r\ncore 3,Fail,1\r\n", file: "e.csv", on: network)
        == [NetworkEvent(at: time(1), .fail, .vertex(core))])
  }

  @Test func `says what is wrong with events`() throws {
    #expect(
      try complaint(
        """
        0,fial,core 0
        0,fail,cor 0
        0,fail,edge 0 -> host 9
        -1,fail,core 0
        0,fail,core 0,3
        0,recover,core 0,,4
        0,degrade,core 0
        0,degrade,core 0,0
        0,degrade,core 0,100
        0,degrade,core 0,ten
        0,background,edge 0 -> host 0,0.5
        0,background,host 1,1 Gb/s
        2,background,0 -> 1,1 Gb/s,1
        0,background,0 -> 0,1 Gb/s
        0,fail
        0,fail,edge 0 -> ghost
        """) == """
          e.csv:1:3: no event is named 'fial'
            mend: did you mean 'fail'?
          e.csv:2:8: no host or switch is named 'cor 0'
            mend: did you mean 'core 0'?
          e.csv:3:8: no link leads from edge 0 to host 9
            mend: links from edge 0 lead to host 0, host 1, aggregation 0, aggregation 1
          e.csv:4:1: -1 is out of range: 0 to 8000000 s
          e.csv:5:15: 'fail' takes no value
            mend: leave it out
          e.csv:6:19: 'recover' has no end
            mend: write a later 'recover' instead
          e.csv:7:3: 'degrade' needs a value
            mend: give a share such as 0.5, or a rate such as 10 Gb/s
          e.csv:8:18: 0 is out of range: above 0 and at most 1
            mend: use 'fail' for a link that carries nothing
          e.csv:9:18: 100 is out of range: above 0 and at most 1
            mend: give a rate its unit
          e.csv:10:18: 'ten' does not start with a number
            mend: write it like 400 Gb/s
          e.csv:11:31: '0.5' has no unit
            mend: write it like 400 Gb/s
          e.csv:12:14: background traffic needs a link or two hosts, not one vertex
          e.csv:13:28: it ends before it begins
          e.csv:14:14: background traffic goes from host 0 to itself
          e.csv:15:1: an event has 3 to 5 fields, not 2
          e.csv:16:18: no host or switch is named 'ghost'
            mend: write a link like a -> b, a cable like a <-> b, or a host or switch by its name
          """)
    #expect(
      try complaint("time_seconds,evnt,target\n0,fail,core 0\n") == """
        e.csv:1:14: no column is named 'evnt'
          mend: did you mean 'event'?
        e.csv:1:1: required key 'event' is missing
        """)
    #expect(try complaint("# nothing\n") == "e.csv: the file lists no events")
  }

  @Test func `a document holds events in the same terms`() throws {
    let timed = try readTimedNetwork(Self.document, file: "f.yaml")
    #expect(timed.timeline.rerouteDelay == .milliseconds(50))
    #expect(
      timed.timeline.events == [
        NetworkEvent(at: time(0.010), .fail, .cable(VertexID(0), VertexID(1))),
        NetworkEvent(
          at: .zero, .background(.gigabitsPerSecond(10), until: time(2)),
          .link(from: VertexID(1), to: VertexID(3))),
        NetworkEvent(at: time(0.020), .slow(share: 0.25), .vertex(VertexID(2))),
      ])
    #expect(try readTimedNetwork(tree, file: "f.yaml").timeline == .quiet)
  }

  @Test func `says what is wrong with events of a document`() throws {
    func complaint(_ events: String) -> String {
      let text = "{kind: ring, hosts: 4, link: 10 GB/s, events: [\(events)]}"
      do { _ = try readTimedNetwork(text, file: "f.yaml") } catch { return "\(error)" }
      return "read"
    }
    #expect(
      complaint("{time: 10, event: fail, target: host 0}") == """
        f.yaml:1:55: events[0].time: '10' has no unit
          mend: write it like 2 us
        """)
    #expect(
      complaint("{time: 1 s, event: fail, target: host 7, at: 3}") == """
        f.yaml:1:89: events[0].at: unknown key 'at'
        """)
    #expect(
      complaint("{time: 1 s, event: fail, target: host 7}") == """
        f.yaml:1:81: events[0].target: no host or switch is named 'host 7'
          mend: did you mean 'host 0'?
        """)
    #expect(
      complaint("{time: 1 s, event: fail}") == "f.yaml:1:48: events[0]: required key 'target' is missing")
    #expect(
      complaint("{time: 1 s, event: degrade, target: host 1, value: [1]}") == """
        f.yaml:1:99: events[0].value: expected a text, found a list
        """)
  }

  @Test func `a reader that simulates no events refuses them by name`() {
    do {
      _ = try readNetwork(Self.document, file: "f.yaml")
      Issue.record("events were passed over")
    } catch {
      #expect(
        "\(error)" == """
          f.yaml:6:3: events: events of a network are not simulated here
            mend: leave them out, or use rehearse flows or rehearse collective --unfolded
          """)
    }
  }

  @Test(arguments: 0..<200)
  func `mutated events are read and run, or refused with a place`(seed: Int) throws {
    let network = try readNetwork(tree, file: "f.yaml")
    let flows = try readFlows("0,host 1,host 0,1e6\n0.01,0,9,1e8\n", file: "t.csv", on: network)
    var generator = SeededGenerator(seed: seed)
    let table = String(decoding: generator.mutated(Self.table), as: UTF8.self)
    do throws(Diagnostics) {
      let events = try readEvents(table, file: "e.csv", on: network)
      let outcome = try? simulate(flows, on: network, during: NetworkTimeline(events))
      #expect(outcome?.flows.count ?? 2 == 2)
    } catch {
      #expect(error.list.allSatisfy { $0.location.file == "e.csv" }, "seed \(seed)")
    }
    let document = String(decoding: generator.mutated(Self.document), as: UTF8.self)
    do throws(Diagnostics) {
      let timed = try readTimedNetwork(document, file: "f.yaml")
      #expect(timed.timeline.events.allSatisfy { $0.flaw(on: timed.network) == nil })
    } catch {
      #expect(error.list.allSatisfy { $0.location.file == "f.yaml" }, "seed \(seed)")
    }
  }

  @Test func `a report tells what happened`() throws {
    let network = try readNetwork("a,switch 0,10 GB/s,0 s\nswitch 0,b,10 GB/s,0 s\n", file: "f.csv")
    let flows = try readFlows("0,a,b,2e7\n0,a,b,1e7\n", file: "t.csv", on: network)
    // At 5 GB/s each, less 62.5 kB of others, the second ends at 2.00625 ms; the first is cut off at 2.5 ms.
    let events = try readEvents(
      "0.0025,fail,switch 0\n0.001,background,a -> switch 0,1 Gb/s,0.0015\n", file: "e.csv",
      on: network)
    let timeline = NetworkTimeline(events, rerouteDelay: .milliseconds(1))
    let report = TrafficReport(
      network: network, during: timeline, flows: flows,
      outcome: try simulate(flows, on: network, during: timeline))
    let document = report.document.json(indented: false)
    #expect(
      document.contains(#""cut_flows":1,"reroute_delay_seconds":0.001,"events":[{"time_seconds":0.001,"#))
    #expect(
      document.contains(
        #"{"time_seconds":0.0025,"event":"fail","target":"switch 0","stopped_flows":1}]"#))
    #expect(document.contains(#""bytes_per_second":125000000.0,"until_seconds":0.0015,"stopped_flows":0"#))
    #expect(document.contains(#""end_seconds":null,"duration_seconds":null"#))
    let lines = report.commaSeparated.split(whereSeparator: \.isNewline)
    #expect(lines[0].hasSuffix("links_crossed,reroutes,bytes_left"))
    // By then the first has 24 937 500 bytes less the second's 10 MB.
    #expect(lines[1].hasSuffix(",,,,2,0,5062500.0"))
    #expect(lines[1].hasPrefix("0,a,b,") && lines[2].hasSuffix(",2,0,0.0"))
    // Without events reports are what they were.
    let plain = TrafficReport(network: network, flows: flows, outcome: try simulate(flows, on: network))
    #expect(!plain.document.json().contains("events"))
    #expect(plain.flowColumns.last == "links_crossed")
  }
}
