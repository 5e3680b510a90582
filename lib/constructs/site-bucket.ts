import { RemovalPolicy } from 'aws-cdk-lib'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, type IBucket } from 'aws-cdk-lib/aws-s3'
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment'
import { Construct } from 'constructs'

export interface SiteBucketProps {
  /** Folder with the files to upload. */
  readonly files: string
  /** How long CloudWatch keeps the log of the uploads, in days. */
  readonly logRetention: RetentionDays
}

/** The files whose names contain a hash of their content. */
const HASHED = 'assets/*'
/** TypeScript declarations. */
const TYPES = '*.d.ts'

/**
 * A private bucket with the files of the site. The files can be built again, so the bucket is emptied and deleted with
 * the stack.
 */
export class SiteBucket extends Construct {
  readonly bucket: IBucket

  constructor(scope: Construct, id: string, { files, logRetention }: SiteBucketProps) {
    super(scope, id)
    // The CDK's own types do not match each other under exactOptionalPropertyTypes.
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
      autoDeleteObjects: true,
    }) as IBucket
    const shared = {
      destinationBucket: this.bucket,
      sources: [Source.asset(files)],
      outputObjectKeys: false,
      logGroup: new LogGroup(this, 'Log', {
        retention: logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    }
    const hashed = new BucketDeployment(this, 'Hashed', {
      ...shared,
      exclude: ['*'],
      include: [HASHED],
      cacheControl: [CacheControl.fromString('public, max-age=31536000, immutable')],
      // Pages that are open during an update still load files of the previous version.
      prune: false,
    })
    const cacheControl = [CacheControl.fromString('public, max-age=0, must-revalidate')]
    new BucketDeployment(this, 'Types', {
      ...shared,
      exclude: ['*'],
      include: [TYPES],
      cacheControl,
      // Derived from the extension `.ts`, the content type would be that of a video.
      contentType: 'application/typescript; charset=utf-8',
    })
    const shells = new BucketDeployment(this, 'Shells', {
      ...shared,
      exclude: [HASHED, TYPES],
      cacheControl,
    })
    // A page is never served before the files that it names.
    shells.node.addDependency(hashed)
  }
}
