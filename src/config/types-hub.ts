/** How models come from the Hugging Face Hub; the names are those of huggingface_hub. */
export interface HubOptions {
  /**
   * Folder of downloaded models, which Python's libraries share.
   * @default HF_HUB_CACHE, else "hub" in HF_HOME, else ~/.cache/huggingface/hub
   */
  cache_dir?: string | undefined;
  /**
   * Access token of the Hub, for private and gated repositories: a token; true demands the one of
   * this machine; false sends none.
   * @default HF_TOKEN, else what `hf auth login` has left, if anything
   */
  token?: string | boolean | undefined;
  /**
   * Branch, tag or commit of the model's repository.
   * @default "main"
   */
  revision?: string | undefined;
  /**
   * Whether requests are forbidden: only what is in the cache is used. HF_HUB_OFFLINE forbids
   * them, too.
   * @default false
   */
  local_files_only?: boolean | undefined;
}
