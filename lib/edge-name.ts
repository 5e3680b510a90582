/** CloudFront looks for certificates and firewalls in this Region only. */
export const EDGE_REGION = 'us-east-1'

/** Name of the second stack of a chat, which is in `EDGE_REGION`. */
export const edgeNameOf = (stack: string): string => `${stack}Edge`

/**
 * The settings that decide whether there is a second stack; in those of a deployed stack, a value can have any type.
 */
interface EdgeSettings {
  readonly waf?: unknown
  readonly domainName?: unknown
  readonly certificateArn?: unknown
}

/** True if the settings ask for something that must be in `EDGE_REGION`. */
export const needsEdgeStack = (settings: EdgeSettings): boolean =>
  settings.waf === true || createsCertificate(settings)

export const createsCertificate = ({ domainName, certificateArn }: EdgeSettings): boolean =>
  domainName !== undefined && certificateArn === undefined
