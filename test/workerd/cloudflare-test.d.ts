/** What these tests use of `cloudflare:test`. The plugin's own types bring all of the runtime's, which quarrel with the DOM's. */
declare module 'cloudflare:test' {
  /** The Worker under test, in the same isolate as the test. */
  export const SELF: { fetch(url: string, init?: RequestInit): Promise<Response> };
}
