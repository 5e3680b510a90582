/** On Node 20 the SDK prints a long notice about 2027 in every process, which would bury our own output. */
export function quietSdk(): void {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
}
