export { HuggingFaceProvider } from "./provider.js";
export { Tokenizer, type TokenizedText } from "./tokenizer.js";
export { ModelParameter } from "./enums.js";
export { listDevices, type Device } from "./runtime/devices.js";
export {
  downloadModel,
  type DownloadedModel,
  type DownloadOptions,
} from "./runtime/download-model.js";
export {
  inspectModel,
  type InspectOptions,
  type MetadataValue,
  type ModelInspection,
  type TensorInfo,
  type TensorTypeSummary,
} from "./inspect.js";
export { getCapabilities } from "./capabilities/get-capabilities.js";
export type {
  Capabilities,
  Capability,
  CapabilityName,
  CapabilityVerdict,
} from "./capabilities/types.js";
export { pipeline, type PipelineOptions } from "./pipelines/pipeline.js";
export type { Pipeline, PipelineTask } from "./pipelines/types.js";
export { getModelRecommendations } from "./recommendations/get-recommendations.js";
export { measureMemoryBandwidth } from "./recommendations/machine.js";
export {
  RECOMMENDATION_TASKS,
  type ModelRecommendation,
  type RecommendationTask,
} from "./recommendations/types.js";
export type { RecommendationInput, UpdateOptions } from "./recommendations/recommendation-list.js";
export * from "./exceptions.js";
export type {
  CacheOptions,
  CacheType,
  AudioPart,
  AudioUrlPart,
  CallOptions,
  CapabilityOptions,
  ContentPart,
  DeviceName,
  FileInput,
  FileLimits,
  ClassifyOptions,
  DecodeOptions,
  EmbedOptions,
  EncodeOptions,
  GenerateOptions,
  GenerationOptions,
  HubOptions,
  ImagePart,
  ImageUrlPart,
  InputAudioPart,
  Logger,
  LogLevel,
  MessageInput,
  Pooling,
  Progress,
  ProgressListener,
  ProviderOptions,
  RerankOptions,
  SamplingOptions,
  TextPart,
  TokenizerOptions,
} from "./config/types.js";
export type { PlacementPlan } from "./placement/plan.js";
export type {
  DeviceRequirement,
  FitVerdict,
  MemoryParts,
  Remedy,
  SystemRequirements,
} from "./requirements/types.js";
export type { Generation } from "./runtime/generation.js";
export type { LabelScore, RankedDocument } from "./runtime/pooled-results.js";
export type { DeviceUsage, ResourceUsage } from "./runtime/resource-usage.js";
export type {
  Choice,
  GenerateResult,
  GenerateTimings,
  ScoreResult,
  TokenChoice,
  TokenLogprob,
  TokenUsage,
} from "./runtime/results.js";
