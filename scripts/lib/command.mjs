import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { Failure } from "./main.mjs";
import { root } from "./paths.mjs";

/** The full path of a program on the PATH, or undefined. */
export function which(name) {
  const windows = process.platform === "win32";
  const endings = windows ? (process.env.PATHEXT ?? ".EXE;.CMD").split(";") : [""];
  for (const folder of (process.env.PATH ?? "").split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, name + ending);
      try {
        fs.accessSync(file, fs.constants.X_OK);
        if (fs.statSync(file).isFile()) return file;
      } catch {
        // Not in this folder.
      }
    }
  }
  return undefined;
}

/**
 * How to start npm: as a script of this Node, because Windows cannot spawn npm.cmd
 * without a shell, and so that it runs even where the PATH is cut down.
 */
export function npmCommand(...args) {
  const candidates = [
    process.env.npm_execpath,
    process.platform === "win32"
      ? path.join(path.dirname(process.execPath), "node_modules", "npm", "bin", "npm-cli.js")
      : fs.realpathSync(which("npm") ?? process.execPath),
  ];
  const script = candidates.find((file) => file?.endsWith(".js") && fs.existsSync(file));
  return script ? [process.execPath, [script, ...args]] : ["npm", args];
}

function options({ cwd = root, env, shell, uid, gid } = {}, command) {
  return {
    cwd,
    env: env ?? process.env,
    shell: shell ?? (process.platform === "win32" && command === "npm"),
    windowsHide: true,
    ...(uid === undefined ? {} : { uid, gid }),
  };
}

/** Runs a short command to its end and returns {status, stdout, stderr}; never throws. */
export function capture(command, args, settings) {
  const result = spawnSync(command, args, {
    ...options(settings, command),
    encoding: "utf8",
    maxBuffer: 1 << 28,
    input: settings?.input,
    timeout: settings?.timeoutMs,
  });
  return {
    status: result.status ?? 1,
    stdout: result.stdout ?? "",
    stderr: (result.stderr ?? "") + (result.error ? String(result.error) : ""),
  };
}

/** Like capture, but a failure ends the script with the command's own words. */
export function captureOrFail(command, args, settings) {
  const result = capture(command, args, settings);
  if (result.status !== 0) {
    throw new Failure(`${command} ${args.join(" ")} failed:\n${result.stderr || result.stdout}`);
  }
  return result.stdout;
}

/** Runs a command on our own terminal; resolves to its exit code (128 + n for a signal). */
export function passThrough(command, args, settings) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options(settings, command), stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/** Runs a command, gives every line of its output to `onLine`; resolves to the exit code. */
export function eachLine(command, args, onLine, settings) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options(settings, command),
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8");
      stream.on("data", (text) => {
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop();
        lines.forEach(onLine);
      });
      stream.on("end", () => rest && onLine(rest));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
