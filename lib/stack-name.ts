/** Name of the CloudFormation stack and of its template file, `<outdir>/AdminChat.template.json`. */
export const STACK_NAME = 'AdminChat'
