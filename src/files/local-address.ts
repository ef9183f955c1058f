import { BlockList, isIP } from "node:net";

const LOCAL = new BlockList();

// Of this host, of private networks, of carriers (RFC 6598), of links, of documentation and
// benchmarks, of multicast, reserved; and the addresses of clouds' metadata are among them.
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const) {
  LOCAL.addSubnet(network, bits, "ipv4");
}
// Only 2000::/3 is given out; what tunnels IPv4 in it may lead to any of the above.
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  LOCAL.addSubnet(network, bits, "ipv6");
}
const GLOBAL_UNICAST = new BlockList();
GLOBAL_UNICAST.addSubnet("2000::", 3, "ipv6");

/**
 * Whether an IP address belongs to this machine, to a network around it, or to nobody:
 * everything but a public host. What is no address counts as one.
 */
export function isLocalAddress(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, "").replace(/%.*$/, "");
  switch (isIP(plain)) {
    case 4:
      return LOCAL.check(plain, "ipv4");
    case 6:
      return !GLOBAL_UNICAST.check(plain, "ipv6") || LOCAL.check(plain, "ipv6");
    default:
      return true;
  }
}
