// ns-3 at packet level: prints `flow end_seconds` for a scenario.
//
//     ns3 SCENARIO fair|fifo
//
// A flow is a TCP connection that ends when its last byte has come to the receiver. Both its ends have an address
// of the flow's own, with static routes along its route and back over the links of the opposite direction. Frames
// of 9,000 bytes carry 8,948 of payload; rates of `rehearse` are of payload, so links run 9002 / 8948 times as fast
// (2 bytes of point-to-point header).
//
// Where no route has 1 ms of latency, connections are DCTCP with socket buffers of 4 MiB; else all of the scenario
// are CUBIC without marks and with 64 MiB, the usual limit for hosts at 10 Gb/s.
//
// - fair: every queue serves its flows in turn (FQ-CoDel) and marks packets that waited 1 ms.
// - fifo: one queue for all. For DCTCP it marks from K on and holds 10 K, K the larger of 100 kB and 100 us of its
//   rate; for CUBIC it holds 100 ms of its rate.

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"
#include "scenario.hpp"

using namespace ns3;

namespace {

const uint32_t payload = 8948;
const double framing = 9002.0 / payload;

struct Setting {
  bool fair;
  bool wide;
};

bool isWide(const Scenario &scenario) {
  return std::any_of(scenario.flows.begin(), scenario.flows.end(),
                     [&](const Flow &flow) { return scenario.latency(flow) >= 1e-3; });
}

void chooseTransport(bool wide) {
  const auto type = wide ? TcpCubic::GetTypeId() : TcpDctcp::GetTypeId();
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(type));
  Config::SetDefault("ns3::TcpSocketBase::UseEcn", StringValue(wide ? "Off" : "On"));
  Config::SetDefault("ns3::TcpSocketBase::Sack", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::WindowScaling", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
  Config::SetDefault("ns3::TcpSocketBase::ClockGranularity", TimeValue(MicroSeconds(1)));
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(payload));
  Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  // A window of one segment would else wait 200 ms for its acknowledgement.
  Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(1));
  const uint32_t buffer = wide ? 64 << 20 : 4 << 20;
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(buffer));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(buffer));
}

QueueSizeValue bytes(double count) {
  return QueueSizeValue(QueueSize(QueueSizeUnit::BYTES, uint32_t(std::min(count, 4e9))));
}

void addQueue(Setting setting, double bytesPerSecond, Ptr<NetDevice> device) {
  TrafficControlHelper queues;
  if (setting.fair) {
    // So many classes that no two flows fall into one.
    queues.SetRootQueueDisc("ns3::FqCoDelQueueDisc", "Flows", UintegerValue(65535), "UseEcn",
                            BooleanValue(!setting.wide), "CeThreshold",
                            TimeValue(setting.wide ? Time::Max() : MilliSeconds(1)));
  } else if (setting.wide) {
    queues.SetRootQueueDisc("ns3::FifoQueueDisc", "MaxSize", bytes(0.1 * bytesPerSecond));
  } else {
    // RED with both thresholds at K and no averaging is DCTCP's queue.
    const double mark = std::max(100e3, 100e-6 * bytesPerSecond);
    queues.SetRootQueueDisc("ns3::RedQueueDisc", "MaxSize", bytes(10 * mark), "MinTh", DoubleValue(mark),
                            "MaxTh", DoubleValue(mark), "QW", DoubleValue(1), "Gentle", BooleanValue(false),
                            "UseEcn", BooleanValue(true), "UseHardDrop", BooleanValue(false), "MeanPktSize",
                            UintegerValue(9000), "LinkBandwidth",
                            DataRateValue(DataRate(uint64_t(8 * bytesPerSecond))));
  }
  queues.Install(device);
}

class Network {
 public:
  Network(const Scenario &scenario, bool fair) : scenario(scenario), setting{fair, isWide(scenario)} {
    chooseTransport(setting.wide);
    nodes.Create(scenario.vertexCount());
    InternetStackHelper().Install(nodes);
    interfaces.resize(scenario.links.size());
    for (size_t link = 0; link < scenario.links.size(); link += 2) addCable(link);
    ends.resize(scenario.flows.size());
    received.resize(scenario.flows.size());
    for (size_t flow = 0; flow < scenario.flows.size(); flow++) addFlow(flow);
  }

  std::vector<double> ends;

 private:
  // The list has the two directions of a cable one after the other.
  static int opposite(int link) { return link ^ 1; }

  Ptr<Ipv4> protocol(int vertex) { return nodes.Get(vertex)->GetObject<Ipv4>(); }

  // Subnets of four addresses: ns-3 sends from the address that shares the destination's.
  static Ipv4InterfaceAddress address(uint32_t network, uint32_t subnet, uint32_t number) {
    return Ipv4InterfaceAddress(Ipv4Address((network << 24) + 4 * subnet + number),
                                Ipv4Mask("255.255.255.252"));
  }

  void addCable(size_t there) {
    PointToPointHelper cable;
    cable.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1p"));
    cable.SetDeviceAttribute("Mtu", UintegerValue(9000));
    const auto &link = scenario.links[there];
    cable.SetChannelAttribute("Delay", TimeValue(Seconds(link.latency)));
    const auto devices = cable.Install(nodes.Get(link.from), nodes.Get(link.to));
    for (int side = 0; side < 2; side++) {
      const auto &direction = scenario.links[there + side];
      const double rate = direction.bytesPerSecond * framing;
      devices.Get(side)->SetAttribute("DataRate", DataRateValue(DataRate(uint64_t(8 * rate + 0.5))));
      addQueue(setting, rate, devices.Get(side));
      const auto ip = protocol(direction.from);
      interfaces[there + side] = ip->AddInterface(devices.Get(side));
      ip->AddAddress(interfaces[there + side], address(10, there + side, 1));
      ip->SetUp(interfaces[there + side]);
    }
  }

  void addRoutes(const std::vector<int> &path, Ipv4Address destination) {
    Ipv4StaticRoutingHelper tables;
    for (int link : path)
      tables.GetStaticRouting(protocol(scenario.links[link].from))
          ->AddHostRouteTo(destination, interfaces[link]);
  }

  void addFlow(size_t index) {
    const auto &flow = scenario.flows[index];
    const auto source = address(20, index, 1), target = address(20, index, 2);
    protocol(scenario.source(flow))->AddAddress(interfaces[flow.route.front()], source);
    protocol(scenario.target(flow))->AddAddress(interfaces[opposite(flow.route.back())], target);
    std::vector<int> back;
    for (auto link = flow.route.rbegin(); link != flow.route.rend(); link++) back.push_back(opposite(*link));
    addRoutes(flow.route, target.GetLocal());
    addRoutes(back, source.GetLocal());

    const InetSocketAddress place(target.GetLocal(), 5000);
    auto listener = Socket::CreateSocket(nodes.Get(scenario.target(flow)), TcpSocketFactory::GetTypeId());
    listener->Bind(place);
    listener->Listen();
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address &>(),
                                MakeCallback(&Network::accept, this));
    auto sender = Socket::CreateSocket(nodes.Get(scenario.source(flow)), TcpSocketFactory::GetTypeId());
    sender->SetConnectCallback(MakeCallback(&Network::begin, this), MakeNullCallback<void, Ptr<Socket>>());
    sender->SetSendCallback(MakeCallback(&Network::fill, this));
    remaining[sender] = flow.bytes;
    Simulator::Schedule(Seconds(flow.start), [sender, place] { sender->Connect(place); });
  }

  void accept(Ptr<Socket> socket, const Address &) {
    Address local;
    socket->GetSockName(local);
    const auto index = InetSocketAddress::ConvertFrom(local).GetIpv4().Get() % (1u << 24) / 4;
    socket->SetRecvCallback([this, index](Ptr<Socket> ready) {
      while (auto packet = ready->Recv()) received[index] += packet->GetSize();
      if (received[index] == scenario.flows[index].bytes) ends[index] = Simulator::Now().GetSeconds();
    });
  }

  void begin(Ptr<Socket> socket) { fill(socket, socket->GetTxAvailable()); }

  void fill(Ptr<Socket> socket, uint32_t) {
    auto &left = remaining[socket];
    while (left > 0 && socket->GetTxAvailable() > 0) {
      const auto most = std::min<uint64_t>({left, socket->GetTxAvailable(), 1 << 16});
      const int taken = socket->Send(Create<Packet>(most));
      if (taken <= 0) break;
      left -= taken;
    }
    if (left == 0) socket->Close();
  }

  const Scenario &scenario;
  const Setting setting;
  NodeContainer nodes;
  std::vector<uint32_t> interfaces;
  std::vector<uint64_t> received;
  std::map<Ptr<Socket>, uint64_t> remaining;
};

}  // namespace

int main(int argumentCount, char **arguments) {
  if (argumentCount != 3) throw std::runtime_error("usage: ns3 SCENARIO fair|fifo");
  const Scenario scenario(arguments[1]);
  Network network(scenario, std::string(arguments[2]) == "fair");
  Simulator::Stop(Seconds(1000));
  Simulator::Run();
  for (size_t flow = 0; flow < network.ends.size(); flow++) {
    if (network.ends[flow] == 0) throw std::runtime_error("flow " + std::to_string(flow) + " did not end");
    std::printf("%zu %.9f\n", flow, network.ends[flow]);
  }
  Simulator::Destroy();
}
