/** The site's CloudFront distribution and its bucket, read from the synthesized template. */
export interface SiteModel {
  /** In the order in which CloudFront tries them. The last one has the pattern `*`. */
  readonly behaviors: readonly BehaviorModel[]
  readonly uploads: readonly UploadModel[]
}

/** How the distribution handles requests for some paths. */
export interface BehaviorModel {
  /** For example `/api/*`. */
  readonly pathPattern: string
  readonly methods: readonly string[]
  /** Whether responses are compressed for clients that accept it. */
  readonly compresses: boolean
  /** Code of the function that is run for each request, before the origin is chosen. */
  readonly viewerRequest?: string | undefined
  readonly responseHeaders: readonly ResponseHeaderModel[]
  readonly origin: 'bucket' | 'http-api' | 'websocket-api'
  /** Headers that are added to requests to the origin, or replaced, by lower-cased name. */
  readonly originHeaders: ReadonlyMap<string, string>
}

export interface ResponseHeaderModel {
  readonly name: string
  readonly value: string
  /** Whether the header replaces a header of the same name from the origin. */
  readonly overrides: boolean
}

/** Some of the files that a deployment copies to the bucket, and the headers that they are stored with. */
export interface UploadModel {
  /** Patterns of keys that are left out. */
  readonly exclude: readonly string[]
  /** Patterns of keys that are copied although `exclude` matches them. */
  readonly include: readonly string[]
  readonly cacheControl?: string | undefined
  readonly contentType?: string | undefined
}
