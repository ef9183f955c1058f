/** The import directions of the house: who may use whom. */

const ZOD = "(^|/)node_modules/zod/";
const ZOD_MINI = `${ZOD}mini/`;
/** What reads documents is compiled into the package, as zod is. */
const DOCUMENT_PACKAGES = "(^|/)node_modules/(htmlparser2|@embedpdf/pdfium)/";
const TYPE_ONLY = ["type-only"];

module.exports = {
  forbidden: [
    {
      name: "no-circular",
      comment: "Modules that need each other are one module, or lack a third.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-undeclared-package",
      comment:
        "Users get only what package.json declares as a dependency, and what is inside lib/.",
      severity: "error",
      from: { path: "^src/" },
      to: {
        pathNot: [ZOD_MINI, DOCUMENT_PACKAGES],
        dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"],
      },
    },
    {
      name: "errors-are-pure",
      severity: "error",
      from: { path: "^src/(errors|exceptions|enums)" },
      to: { pathNot: "^src/(errors|internal/|native/binding[.]ts$)" },
    },
    {
      name: "internal-is-pure",
      comment: "Functions that know nothing of the package but its errors.",
      severity: "error",
      from: { path: "^src/internal/" },
      to: { pathNot: "^src/internal/|^src/errors[.]ts$" },
    },
    {
      name: "config-is-pure",
      comment: "No I/O and nothing native.",
      severity: "error",
      from: { path: "^src/config/" },
      to: {
        pathNot: [
          ZOD_MINI,
          "^src/(config|errors|internal)/",
          "^src/(errors|enums)[.]ts$",
          "^src/native/binding[.]ts$",
        ],
      },
    },
    {
      name: "checkpoint-knows-files-only",
      comment: "It plans: nothing native but the types of plans.",
      severity: "error",
      from: { path: "^src/checkpoint/" },
      to: {
        pathNot: "^src/(checkpoint|errors|internal)/|^src/(errors|native/checkpoint-plan)[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "vision-is-data",
      comment: "It reads settings: no I/O, and nothing native but the types of its results.",
      severity: "error",
      from: { path: "^src/vision/" },
      to: {
        pathNot:
          "^src/(vision|errors|internal)/|^src/(errors|native/image-spec|checkpoint/(config|errors))[.]ts$|^path$",
      },
    },
    {
      name: "audio-is-data",
      comment: "As vision.",
      severity: "error",
      from: { path: "^src/audio/" },
      to: {
        pathNot:
          "^src/(audio|errors|internal)/|^src/(errors|native/audio-spec|checkpoint/(config|errors))[.]ts$|^path$",
      },
    },
    {
      name: "documents-are-pure",
      comment: "Readers of formats: they run on a thread that has nothing of the package.",
      severity: "error",
      from: { path: "^src/documents/" },
      to: {
        pathNot: ["^src/(documents|internal)/", DOCUMENT_PACKAGES],
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "documents-have-their-thread",
      comment: "What parses strangers' files is loaded by src/documents/worker.ts only.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/documents/" },
      to: { path: "^src/documents/", pathNot: "^src/documents/(request|clean-text)[.]ts$" },
    },
    {
      name: "files-know-no-runtime",
      severity: "error",
      from: { path: "^src/files(/|[.]ts$)" },
      to: {
        pathNot:
          "^src/(files|documents|errors|internal)/|^src/errors[.]ts$|^src/native/package-root[.]ts$|^src/config/(file-limits|types-files)[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "hub-knows-no-runtime",
      comment: "It brings files; what is loaded of them is not its business.",
      severity: "error",
      from: { path: "^src/hub/" },
      to: {
        pathNot:
          "^src/(hub|errors|internal)/|^src/errors[.]ts$|^src/native/(load|package-root)[.]ts$|^src/config/|^src/checkpoint/(shards|read-json)[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "zod-is-mini",
      comment: "Importing all of zod takes longer than the whole package may.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: ZOD, pathNot: ZOD_MINI },
    },
    {
      name: "zod-is-for-config",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/config/" },
      to: { path: ZOD },
    },
    {
      name: "only-types-of-the-binding",
      severity: "error",
      from: { path: "^src/(config|errors)" },
      to: { path: "^src/native/", dependencyTypesNot: TYPE_ONLY },
    },
    {
      name: "native-knows-no-runtime",
      severity: "error",
      from: { path: "^src/native/" },
      to: {
        pathNot:
          "^src/(native|errors|internal)/|^src/errors[.]ts$|(^|/)node_modules/node-gyp-build/",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "one-loader",
      comment: "Only src/native/load.ts brings a .node file into the process.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/native/load[.]ts$" },
      to: { path: "(^|/)node_modules/node-gyp-build/" },
    },
    {
      name: "placement-is-pure",
      comment: "It plans by facts that it is given.",
      severity: "error",
      from: { path: "^src/placement/" },
      to: {
        pathNot: "^src/(placement|errors|internal)/|^src/(errors|native/(binding|need))[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "requirements-are-pure",
      comment: "They judge by facts that they are given.",
      severity: "error",
      from: { path: "^src/requirements/" },
      to: {
        pathNot: "^src/(requirements|placement|errors|internal)/|^src/errors[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "runtime-is-below-the-surface",
      severity: "error",
      from: { path: "^src/runtime/" },
      to: {
        pathNot:
          "^src/(runtime|config|native|errors|internal|checkpoint|vision|audio|placement|requirements|capability|hub)/|^src/(errors|files|file-sources)[.]ts$",
        dependencyTypesNot: ["core"],
      },
    },
    {
      name: "capabilities-are-pure",
      comment: "Facts and rules; what reads this machine's files is apart.",
      severity: "error",
      from: {
        path: "^src/capabilities/",
        pathNot: "^src/capabilities/(collect-model|describe-model|get-capabilities)[.]ts$",
      },
      to: { pathNot: "^src/(capabilities|checkpoint|errors|internal)/|^src/errors[.]ts$" },
    },
    {
      name: "recommendations-are-pure",
      comment: "A list and its order; what measures is apart.",
      severity: "error",
      from: {
        path: "^src/recommendations/",
        pathNot: "^src/recommendations/(machine|get-recommendations)[.]ts$",
      },
      to: { pathNot: "^src/(recommendations|config|errors|internal)/|^src/errors[.]ts$" },
    },
    {
      name: "pipelines-use-the-provider",
      comment: "Nothing native: what they do, the provider's methods can do.",
      severity: "error",
      from: { path: "^src/pipelines/" },
      to: { path: "^src/(native|checkpoint)/" },
    },
    {
      name: "nothing-imports-the-index",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/index[.]ts$" },
    },
    {
      name: "nothing-imports-the-cli",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/cli/" },
      to: { path: "^src/cli/" },
    },
    {
      name: "unit-tests-load-no-addon",
      severity: "error",
      from: { path: "^test/unit/" },
      to: { path: "^src/native/load[.]ts$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
    },
  },
};
