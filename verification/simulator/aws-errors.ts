/** The errors that the simulator injects, shaped as the SDK throws them. */
const awsError = (name: string, httpStatusCode: number, rest: object = {}) =>
  Object.assign(new Error(`${name}, injected`), { name, $metadata: { httpStatusCode }, ...rest })

export const serverError = () => awsError('InternalServerError', 500)
export const timeout = () => awsError('TimeoutError', 0)
export const throttling = () => awsError('ProvisionedThroughputExceededException', 400)
/** Thrown by a single write while a transaction holds its item. */
export const singleConflict = () => awsError('TransactionConflictException', 400)
/** A canceled transaction of `items` items, with a reason for one of them. */
export const canceled = (items: number, index: number, code: string) =>
  awsError('TransactionCanceledException', 400, {
    CancellationReasons: Array.from({ length: items }, (_, item) => ({
      Code: item === index ? code : 'None',
    })),
  })
export const tooManyInvocations = () => awsError('TooManyRequestsException', 429)
export const gone = () => awsError('GoneException', 410)
export const tooManyPosts = () => awsError('LimitExceededException', 429)
