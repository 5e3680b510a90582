/** The SDK greets every process on Node 20 with a paragraph about 2027, which hides what matters here. */
export function quietSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}
