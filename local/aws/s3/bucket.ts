import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { UploadModel } from '../../stack/site-model.ts'
import { contentTypeOf } from './content-types.ts'

export interface StoredObject {
  readonly body: Buffer
  /** Quoted, as in the header. */
  readonly etag: string
  readonly contentType: string
  readonly cacheControl?: string | undefined
}

/** Returns the object with this key, or undefined if there is none. */
export type Bucket = (key: string) => StoredObject | undefined

/** A key without dot segments and hidden files. */
const SAFE_KEY = /^\w[\w.-]*(?:\/\w[\w.-]*)*$/

/**
 * Emulates a bucket to which the deployments of the stack have copied the files of a folder. The files are read for
 * each request, so that a build can replace them.
 */
export function openBucket(folder: string, uploads: readonly UploadModel[]): Bucket {
  return (key) => {
    const upload = SAFE_KEY.test(key) ? uploads.find((candidate) => copies(candidate, key)) : undefined
    const body = upload && readIfPresent(path.join(folder, key))
    if (!upload || !body) return undefined
    return {
      body,
      etag: `"${createHash('md5').update(body).digest('hex')}"`,
      contentType: upload.contentType ?? contentTypeOf(key),
      cacheControl: upload.cacheControl,
    }
  }
}

/** Applies filters as `aws s3 sync` does: the last filter that matches decides. */
const copies = ({ exclude, include }: UploadModel, key: string) =>
  include.some((pattern) => matchesGlob(pattern, key)) ||
  !exclude.some((pattern) => matchesGlob(pattern, key))

const matchesGlob = (pattern: string, key: string) =>
  new RegExp(
    `^${pattern
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  ).test(key)

/** For the client, a file that cannot be read is a missing file, whatever the reason is. */
function readIfPresent(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch {
    return undefined
  }
}
