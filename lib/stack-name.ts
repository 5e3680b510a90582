/** Name of the CloudFormation stack and of its template file, `<outdir>/AdminChat.template.json`. */
export const STACK_NAME = 'AdminChat'

/** The tag of every resource that can have one, by which costs and leftovers are found. */
export const TAG = { key: 'application', value: 'admin-chat' } as const
