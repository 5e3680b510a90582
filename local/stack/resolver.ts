import { randomBytes } from 'node:crypto'
import { namesOf, place, stackId } from './names.ts'
import { type Template, TemplateError } from './template.ts'

/** Replaces the intrinsic functions in a template value with their values on the laptop. */
export type Resolve = (value: unknown) => unknown

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::AccountId': place.account,
  'AWS::Partition': place.partition,
  'AWS::Region': place.region,
  'AWS::URLSuffix': place.urlSuffix,
}

/** A value that CloudFormation reads from Secrets Manager when it deploys the stack. */
const SECRET_REFERENCE = /\{\{resolve:secretsmanager:(arn:[^{}]+?):SecretString:::\}\}/g

/**
 * Supports Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select and Fn::Split, and dynamic references to secrets. Throws a
 * TemplateError for anything else, because a guess would silently differ from AWS.
 */
export function createResolver(template: Template, stackName: string): Resolve {
  const ref = (name: string): unknown => {
    if (name === 'AWS::StackName') return stackName
    if (name === 'AWS::StackId') return stackId(stackName)
    const pseudo = pseudoParameters[name]
    if (pseudo !== undefined) return pseudo
    const resource = template.Resources[name]
    if (resource) return namesOf(name, resource).ref
    const parameter = template.Parameters[name]
    if (parameter?.Default !== undefined) return parameter.Default
    throw new TemplateError(
      `Ref ${name}: the template has no resource or parameter with a default of this name`,
    )
  }

  const attribute = (id: string, name: string): string => {
    const resource = template.Resources[id]
    if (!resource) throw new TemplateError(`Fn::GetAtt ${id}.${name}: the template has no resource ${id}`)
    const value = namesOf(id, resource).attributes[name]
    if (value === undefined) {
      throw new TemplateError(
        `Fn::GetAtt ${id}.${name}: the laptop does not emulate this attribute of a ${resource.Type}`,
      )
    }
    return value
  }

  /** The generated values of secrets by ARN; only dynamic references use them. */
  const secrets = new Map<string, string>()
  const secretOf = (_: string, arn: string): string => {
    const value = secrets.get(arn) ?? randomBytes(24).toString('hex')
    secrets.set(arn, value)
    return value
  }

  const substitute = (text: string, variables: Readonly<Record<string, unknown>>): string =>
    text.replace(/\$\{(!?)([^}]+)\}/g, (_, escaped: string, name: string) => {
      if (escaped) return `\${${name}}`
      if (Object.hasOwn(variables, name)) return String(resolve(variables[name]))
      const dot = name.indexOf('.')
      return String(dot < 0 ? ref(name) : attribute(name.slice(0, dot), name.slice(dot + 1)))
    })

  const intrinsics: Readonly<Record<string, (argument: unknown) => unknown>> = {
    Ref: (argument) => ref(text('Ref', argument)),
    'Fn::GetAtt': (argument) => {
      const [id, name] = typeof argument === 'string' ? argument.split('.') : list('Fn::GetAtt', argument)
      return attribute(text('Fn::GetAtt', id), text('Fn::GetAtt', name))
    },
    'Fn::Join': (argument) => {
      const [separator, values] = list('Fn::Join', argument)
      const joined = list('Fn::Join', resolve(values)).join(text('Fn::Join', separator))
      return joined.replace(SECRET_REFERENCE, secretOf)
    },
    'Fn::Sub': (argument) => {
      if (typeof argument === 'string') return substitute(argument, {})
      const [template, variables] = list('Fn::Sub', argument)
      return substitute(text('Fn::Sub', template), variables as Record<string, unknown>)
    },
    'Fn::Select': (argument) => {
      const [index, values] = list('Fn::Select', argument)
      return list('Fn::Select', resolve(values))[Number(resolve(index))]
    },
    'Fn::Split': (argument) => {
      const [separator, value] = list('Fn::Split', argument)
      return text('Fn::Split', resolve(value)).split(text('Fn::Split', separator))
    },
  }

  const resolve: Resolve = (value) => {
    if (Array.isArray(value)) return value.map(resolve)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [key, argument] = entries[0] ?? ['', undefined]
    if (entries.length === 1 && (key === 'Ref' || key.startsWith('Fn::'))) {
      const intrinsic = intrinsics[key]
      if (!intrinsic) throw new TemplateError(`The laptop does not support the intrinsic function ${key}`)
      return intrinsic(argument)
    }
    return Object.fromEntries(entries.map(([name, child]) => [name, resolve(child)]))
  }
  return resolve
}

function text(intrinsic: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new TemplateError(`${intrinsic} expects text, not ${JSON.stringify(value)}`)
}

function list(intrinsic: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw new TemplateError(`${intrinsic} expects a list, not ${JSON.stringify(value)}`)
}
