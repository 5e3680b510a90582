const ADDRESS = '/service-worker.js'

/** The part of Trusted Types that is used here; TypeScript has no types for them yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(): string }): { createScriptURL(input: string): string }
}

/** Registers the service worker. Where browsers have none, the page works without it. */
export function registerServiceWorker(): void {
  // The Content-Security-Policy of the page allows only this Trusted Types policy, which returns only this address.
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('service-worker', { createScriptURL: () => ADDRESS })
  navigator.serviceWorker?.register(policy?.createScriptURL('') ?? ADDRESS).catch(() => {})
}
