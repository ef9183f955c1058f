import { capture, which } from "./command.mjs";
import { Failure } from "./main.mjs";

// The name of the package that brings a tool, by package manager.
const packages = {
  "apt-get": { command: "sudo apt-get install", cxx: "g++", make: "make" },
  dnf: { command: "sudo dnf install", cxx: "gcc-c++", make: "make" },
  apk: { command: "sudo apk add", cxx: "g++", make: "make" },
  pacman: { command: "sudo pacman -S", cxx: "gcc", make: "make" },
  brew: { command: "brew install", cxx: "llvm", make: "make" },
  winget: {
    command: "winget install",
    git: "Git.Git",
    cmake: "Kitware.CMake",
    cxx: "Microsoft.VisualStudio.2022.BuildTools",
    make: "Ninja-build.Ninja",
  },
};

function packageManager() {
  if (process.platform === "darwin") return "brew";
  if (process.platform === "win32") return "winget";
  return ["apt-get", "dnf", "apk", "pacman"].find(which) ?? "apt-get";
}

function missing(what, tool) {
  const manager = packages[packageManager()];
  return `${what} is needed: ${manager.command} ${manager[tool] ?? tool}`;
}

function isOlder(version, minimum) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major < minimum[0] || (major === minimum[0] && minor < minimum[1]);
}

/** The C++ compiler that CMake will take. Visual Studio's is found by CMake itself. */
export function findCompiler() {
  return [process.env.CXX, "c++", "g++", "clang++"].find((name) => name && which(name));
}

export function compilerVersion() {
  const compiler = findCompiler();
  return compiler ? capture(compiler, ["--version"]).stdout.split("\n")[0] : "none";
}

export function checkNode() {
  if (isOlder(process.versions.node, [20, 19])) {
    throw new Failure(
      `Node.js 20.19 or later is needed (this is ${process.versions.node}): ` +
        "install a current version from nodejs.org or with your version manager",
    );
  }
}

/** Fails with one line for each tool that a build from source lacks. */
export function checkTools() {
  checkNode();
  const problems = [];
  if (!which("git")) problems.push(missing("git", "git"));
  if (!which("cmake")) {
    problems.push(missing("CMake 3.19 or later", "cmake"));
  } else {
    const version = /version (\S+)/.exec(capture("cmake", ["--version"]).stdout)?.[1] ?? "0";
    if (isOlder(version, [3, 19])) {
      problems.push(missing(`CMake 3.19 or later (this is ${version})`, "cmake"));
    }
  }
  if (process.platform !== "win32") {
    if (!findCompiler()) {
      const mac = "a C++ compiler is needed: xcode-select --install";
      problems.push(process.platform === "darwin" ? mac : missing("a C++ compiler", "cxx"));
    }
    if (!which("ninja") && !which("make")) problems.push(missing("make or ninja", "make"));
  }
  if (problems.length > 0) throw new Failure(problems.join("\n"));
}
