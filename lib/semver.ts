/**
 * Replaces the package semver in the bundles, because semver takes as long to load as the rest of jsonwebtoken. All
 * that jsonwebtoken asks is whether Node is at least version 8, 15.7 or 16.9, and the bundles run on Node 20 and later.
 */
export const satisfies = () => true
