// ns-3 at packet level: prints `flow end_seconds` for a scenario.
//
// Frames of 1,500 bytes carry 1,448 of payload, and rates of `rehearse` are of payload, so links run 1502 / 1448
// times as fast (2 bytes of point-to-point header). Every flow has an address of its own at both ends and static
// routes to them along its route and back over the links of the opposite direction. It ends when the last byte
// has come to the receiver.
//
// A scenario whose routes stay below 1 ms of latency is a data centre: DCTCP, queues of 1 MB that mark from the
// larger of 30 kB and 100 us of their rate on. Others are wide-area: CUBIC and plain queues of 100 ms of their
// rate.

#include <cstdio>
#include <cstdlib>

#include "ns3/core-module.h"
#include "ns3/internet-module.h"
#include "ns3/network-module.h"
#include "ns3/point-to-point-module.h"
#include "ns3/traffic-control-module.h"
#include "scenario.hpp"

using namespace ns3;

namespace {

const uint32_t payload = 1448;
const double framing = 1502.0 / payload;

bool isWide(const Scenario &scenario) {
  return std::any_of(scenario.flows.begin(), scenario.flows.end(),
                     [&](const Flow &flow) { return scenario.latency(flow) > 1e-3; });
}

void chooseTransport(bool wide) {
  const char* tr = getenv("TR");
  Config::SetDefault("ns3::TcpSocket::SegmentSize", UintegerValue(payload));
  Config::SetDefault("ns3::TcpSocket::InitialCwnd", UintegerValue(10));
  Config::SetDefault("ns3::TcpSocket::SndBufSize", UintegerValue(wide ? 256 << 20 : 4 << 20));
  Config::SetDefault("ns3::TcpSocket::RcvBufSize", UintegerValue(wide ? 256 << 20 : 4 << 20));
  Config::SetDefault("ns3::TcpSocketBase::Sack", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::Timestamp", BooleanValue(true));
  Config::SetDefault("ns3::TcpSocketBase::MinRto", TimeValue(MilliSeconds(200)));
  Config::SetDefault("ns3::TcpSocketBase::ClockGranularity", TimeValue(MicroSeconds(1)));
  Config::SetDefault("ns3::TcpSocket::DelAckCount", UintegerValue(getenv("DA")?atoi(getenv("DA")):1));
  Config::SetDefault("ns3::TcpL4Protocol::RecoveryType", TypeIdValue(getenv("CLASSIC")?TcpClassicRecovery::GetTypeId():TcpPrrRecovery::GetTypeId()));
  const auto type = tr ? TypeId::LookupByName(std::string("ns3::")+tr) : wide ? TcpCubic::GetTypeId() : TcpDctcp::GetTypeId();
  Config::SetDefault("ns3::TcpL4Protocol::SocketType", TypeIdValue(type));
  if (!wide && !tr) Config::SetDefault("ns3::TcpSocketBase::UseEcn", StringValue("On"));
}

QueueDiscContainer addQueue(bool wide, double bytesPerSecond, Ptr<NetDevice> device) {
  TrafficControlHelper queues;
  if (getenv("FQ")) {
    queues.SetRootQueueDisc("ns3::FqCoDelQueueDisc");
  } else if (wide) {
    const QueueSize size(QueueSizeUnit::BYTES, uint32_t(0.1 * bytesPerSecond));
    queues.SetRootQueueDisc("ns3::FifoQueueDisc", "MaxSize", QueueSizeValue(size));
  } else {
    const double mark = std::max(30e3, 100e-6 * bytesPerSecond);
    queues.SetRootQueueDisc("ns3::RedQueueDisc", "MaxSize", QueueSizeValue(QueueSize("1000000B")), "UseEcn",
                            BooleanValue(true), "UseHardDrop", BooleanValue(false), "MinTh", DoubleValue(mark),
                            "MaxTh", DoubleValue(mark), "Gentle", BooleanValue(false), "QW", DoubleValue(1),
                            "MeanPktSize", UintegerValue(1500), "LinkBandwidth",
                            DataRateValue(DataRate(uint64_t(8 * bytesPerSecond))));
  }
  return queues.Install(device);
}

class Network {
 public:
  explicit Network(const Scenario &scenario) : scenario(scenario), wide(isWide(scenario)) {
    chooseTransport(wide);
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
  // The opposite link follows each at an odd place.
  static int opposite(int link) { return link ^ 1; }

  Ptr<Ipv4> protocol(int vertex) { return nodes.Get(vertex)->GetObject<Ipv4>(); }

  void addCable(size_t there) {
    PointToPointHelper cable;
    cable.SetQueue("ns3::DropTailQueue", "MaxSize", StringValue("1p"));
    cable.SetDeviceAttribute("Mtu", UintegerValue(1500));
    const auto &link = scenario.links[there];
    cable.SetChannelAttribute("Delay", TimeValue(Seconds(link.latency)));
    const auto devices = cable.Install(nodes.Get(link.from), nodes.Get(link.to));
    for (int side = 0; side < 2; side++) {
      const auto &direction = scenario.links[there + side];
      const double rate = direction.bytesPerSecond * framing;
      devices.Get(side)->SetAttribute("DataRate", DataRateValue(DataRate(uint64_t(8 * rate + 0.5))));
      addQueue(wide, rate, devices.Get(side));
      const auto ip = protocol(direction.from);
      interfaces[there + side] = ip->AddInterface(devices.Get(side));
      ip->AddAddress(interfaces[there + side], address(10, there + side, 1));
      ip->SetUp(interfaces[there + side]);
    }
  }

  // Two addresses of one subnet: ns-3 sends from the address that shares the destination's.
  static Ipv4InterfaceAddress address(uint32_t network, uint32_t subnet, uint32_t number) {
    return Ipv4InterfaceAddress(Ipv4Address((network << 24) + 4 * subnet + number),
                                Ipv4Mask("255.255.255.252"));
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
    const int first = flow.route.front(), last = opposite(flow.route.back());
    protocol(scenario.source(flow))->AddAddress(interfaces[first], source);
    protocol(scenario.target(flow))->AddAddress(interfaces[last], target);
    std::vector<int> back;
    for (auto link = flow.route.rbegin(); link != flow.route.rend(); link++) back.push_back(opposite(*link));
    addRoutes(flow.route, target.GetLocal());
    addRoutes(back, source.GetLocal());

    auto listener = Socket::CreateSocket(nodes.Get(scenario.target(flow)), TcpSocketFactory::GetTypeId());
    listener->Bind(InetSocketAddress(target.GetLocal(), 5000));
    listener->Listen();
    listener->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const Address &>(),
                                MakeCallback(&Network::accept, this));
    auto sender = Socket::CreateSocket(nodes.Get(scenario.source(flow)), TcpSocketFactory::GetTypeId());
    sender->Bind(InetSocketAddress(source.GetLocal(), 5000));
    sender->SetConnectCallback(MakeCallback(&Network::send, this), MakeNullCallback<void, Ptr<Socket>>());
    sender->SetSendCallback(MakeCallback(&Network::fill, this));
    remaining[sender] = flow.bytes;
    Simulator::Schedule(Seconds(flow.start), [sender, target] {
      sender->Connect(InetSocketAddress(target.GetLocal(), 5000));
    });
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

  void send(Ptr<Socket> socket) { fill(socket, socket->GetTxAvailable()); }

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
  const bool wide;
  NodeContainer nodes;
  std::vector<uint32_t> interfaces;
  std::vector<uint64_t> received;
  std::map<Ptr<Socket>, uint64_t> remaining;
};

}  // namespace

int main(int, char **arguments) {
  const Scenario scenario(arguments[1]);
  Network network(scenario);
  Simulator::Stop(Seconds(1000));
  Simulator::Run();
  for (size_t flow = 0; flow < network.ends.size(); flow++)
    std::printf("%zu %.9f\n", flow, network.ends[flow]);
  Simulator::Destroy();
}
