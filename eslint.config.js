import path from "node:path";
import { fileURLToPath } from "node:url";
import nodePlugin from "eslint-plugin-n";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

const TYPESCRIPT = ["**/*.ts", "**/*.mts"];
const JAVASCRIPT = ["**/*.js", "**/*.mjs", "**/*.cjs"];

export default defineConfig(
  globalIgnores(["build*/", "coverage/", "lib/", "models/", "native/", "packages/", "prebuilds/"]),
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "test/tsconfig.json"],
        tsconfigRootDir: path.dirname(fileURLToPath(import.meta.url)),
      },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      // An interface with one meaning per key reads better than Record in public types.
      "@typescript-eslint/consistent-indexed-object-style": "off",
      // An aborted call rejects with the signal's reason, whatever it is.
      "@typescript-eslint/prefer-promise-reject-errors": [
        "error",
        { allowThrowingAny: true, allowThrowingUnknown: true },
      ],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: JAVASCRIPT,
    extends: [tseslint.configs.recommended],
    rules: { "@typescript-eslint/no-require-imports": "off", "no-undef": "error" },
  },
  {
    files: ["**/*.cjs"],
    extends: [nodePlugin.configs["flat/recommended-script"]],
  },
  {
    files: [...TYPESCRIPT, ...JAVASCRIPT],
    ignores: ["**/*.cjs"],
    extends: [nodePlugin.configs["flat/recommended-module"]],
    rules: {
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "n/prefer-node-protocol": "error",
      // The compiler resolves imports, and it knows about .js meaning .ts.
      "n/no-missing-import": "off",
      // src/cli/main.ts becomes the executable lib/cli/main.js.
      "n/hashbang": ["error", { convertPath: { "src/**/*.ts": ["^src/(.+)\\.ts$", "lib/$1.js"] } }],
    },
  },
  {
    // Development tools: they talk to people and end with a status.
    files: ["scripts/**", "bench/**", "test/**", "*.js", "*.cjs", "*.mjs"],
    rules: {
      "no-console": "off",
      "n/no-process-exit": "off",
      "n/no-unpublished-import": "off",
      "n/no-unpublished-require": "off",
    },
  },
);
