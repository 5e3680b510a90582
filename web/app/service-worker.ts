const ADDRESS = '/service-worker.js'

/** The part of Trusted Types that is used here; TypeScript does not have them yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(input: string): string }
}

/** Registers the service worker. Where there is none, the page works without. */
export function registerServiceWorker(): void {
  // The policy of the page allows scripts from nowhere else.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('service-worker', { createScriptURL: () => ADDRESS })
  navigator.serviceWorker?.register(policy?.createScriptURL('') ?? ADDRESS).catch(() => {})
}
