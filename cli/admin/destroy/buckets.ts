import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListBucketsCommand,
  NoSuchBucket,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3'
import { escaped, type Place } from './remains.ts'

/** The bucket with the files of the site, if CloudFormation could not delete it. */
export const buckets = (client: S3Client, stack: string): Place => {
  const prefix = `${stack.toLowerCase()}-sitefilesbucket`
  const name = new RegExp(`^${escaped(prefix)}[0-9a-f]{8}-[0-9a-z]+$`)
  return {
    lookedFor: `buckets named ${prefix}…`,
    async find() {
      const BucketRegion = await client.config.region()
      const found: string[] = []
      let ContinuationToken: string | undefined
      do {
        const page = await client.send(
          new ListBucketsCommand({ Prefix: prefix, BucketRegion, ContinuationToken }),
        )
        found.push(...(page.Buckets ?? []).flatMap(({ Name }) => Name ?? []))
        ContinuationToken = page.ContinuationToken
      } while (ContinuationToken !== undefined)
      return found
        .filter((bucket) => name.test(bucket))
        .map((bucket) => ({
          kind: 'bucket',
          name: bucket,
          detail: 'files of the site',
          dollarsPerMonth: 0,
          remove: () => removeBucket(client, bucket),
        }))
    },
  }
}

/** Only an empty bucket can be deleted. */
async function removeBucket(client: S3Client, Bucket: string): Promise<void> {
  try {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket })) {
      const Objects = Contents.map(({ Key }) => ({ Key }))
      if (Objects.length > 0) {
        await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }))
      }
    }
    await client.send(new DeleteBucketCommand({ Bucket }))
  } catch (error) {
    if (!(error instanceof NoSuchBucket)) throw error
  }
}
