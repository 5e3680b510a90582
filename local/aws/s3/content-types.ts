const byEnding: readonly (readonly [ending: string, contentType: string])[] = [
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json'],
  ['.webmanifest', 'application/manifest+json'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/vnd.microsoft.icon'],
  ['.webp', 'image/webp'],
  ['.woff2', 'font/woff2'],
  ['.mp3', 'audio/mpeg'],
  ['.wav', 'audio/wav'],
]

/** The content type that an upload gives to a file because of its name. The last value is S3's own default. */
export const contentTypeOf = (key: string): string =>
  byEnding.find(([ending]) => key.endsWith(ending))?.[1] ?? 'binary/octet-stream'
