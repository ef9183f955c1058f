// npm run test:kills [-- N]: N downloads killed at random moments; see kills.ts.
import { killDownloads } from "./kills.js";

const report = await killDownloads(Number(process.argv[2] ?? 100), Math.random);
console.log(
  `${String(report.kills)} kills, ${String(report.completed)} files complete, none with a wrong byte; ` +
    `${report.sentPerByte.toFixed(2)} bytes asked for per byte`,
);
