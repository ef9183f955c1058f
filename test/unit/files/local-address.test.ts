import assert from "node:assert/strict";
import { isLocalAddress } from "../../../src/files/local-address.js";

describe("an address", () => {
  it("is local unless it is one of a public host", () => {
    const local = [
      ...["0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.169.254"],
      ...["172.16.0.1", "172.31.255.255", "192.168.1.1", "198.18.0.1", "224.0.0.1"],
      ...["255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1%eth0"],
      ...["fc00::1", "fd12::1", "ff02::1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1"],
      ...["[::1]", "2001::1", "not an address", ""],
    ];
    for (const address of local) assert.equal(isLocalAddress(address), true, address);
    const remote = ["8.8.8.8", "93.184.216.34", "100.128.0.1", "172.32.0.1", "2606:4700::1111"];
    for (const address of remote) assert.equal(isLocalAddress(address), false, address);
  });
});
