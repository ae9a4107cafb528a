import { Fault } from '../../kernel/fault.ts'
import { secretName } from '../../port/secret-source.ts'

/** What a template may name. Parameters may give one text for all services or one for each. */
export type Variables = {
  entity: string
  service: string
  incident_id: string
  incident_number: string
  parameters: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** A secret's value at run time, or what stands for it in a plan. */
export type SecretReader = (name: string) => string

/** What stands for a secret wherever people look. */
export const secretMark: SecretReader = (name) => `«secret ${name}»`

/** Where a text goes, which decides how a value is written into it. */
export type Place = 'text' | 'url' | 'header' | 'json' | 'form' | 'regex'

const pattern = /\{\{\s*([^{}]*?)\s*\}\}/g
const simple = ['entity', 'service', 'incident_id', 'incident_number'] as const

/**
 * Fills `{{name}}`. One pass: what a value holds is never read as a template again, and nothing is evaluated. Secrets may stand in URLs,
 * headers and bodies only. Throws VALIDATION_FAILED with the name for one that means nothing, or a value that does not fit its place.
 */
export function fill(text: string, place: Place, variables: Variables, secret?: SecretReader): string {
  let filled = ''
  let at = 0
  for (const match of text.matchAll(pattern)) {
    filled += text.slice(at, match.index)
    at = match.index + match[0].length
    filled += written(valueNamed(match[1] ?? '', variables, secret), match[1] ?? '', place, filled)
  }
  filled += text.slice(at)
  if (place === 'url') checkUrl(filled)
  if (place === 'header') checkHeader(filled, text)
  return filled
}

/** Names of the secrets a text refers to. */
export const secretNames = (text: string): string[] =>
  [...text.matchAll(pattern)].flatMap(([, name = '']) =>
    name.startsWith('secret.') ? [name.slice('secret.'.length)] : [],
  )

function valueNamed(name: string, variables: Variables, secret: SecretReader | undefined): string {
  const known = simple.find((key) => key === name)
  if (known) return variables[known]
  const [group, key = ''] = splitOnce(name)
  if (group === 'parameters') return parameterOf(key, variables)
  if (group === 'secret') {
    if (!secret)
      throw invalid(
        `{{${shown(name)}}} stands where no secret may: only URL, headers and body of an http step.`,
      )
    if (!secretName.test(key))
      throw invalid(
        `{{${shown(name)}}} names no secret: its name is of capital letters, digits and underscores.`,
      )
    return secret(key)
  }
  throw invalid(
    `{{${shown(name)}}} names nothing. Known are ${simple.join(', ')}, parameters.NAME and secret.NAME.`,
  )
}

function parameterOf(key: string, { parameters, service }: Variables): string {
  const value = Object.hasOwn(parameters, key) ? parameters[key] : undefined
  if (value === undefined) throw invalid(`{{parameters.${shown(key)}}} names no parameter of this runbook.`)
  if (typeof value === 'string') return value
  const own = Object.hasOwn(value, service) ? value[service] : undefined
  if (own === undefined)
    throw invalid(`{{parameters.${shown(key)}}} has no value for service ${shown(service)}.`)
  return own
}

/** The value as its place wants it. In a URL, what comes before the path must be a plain host name or be given whole by a parameter. */
function written(value: string, name: string, place: Place, before: string): string {
  switch (place) {
    case 'url':
      return inUrl(value, name, before)
    case 'json':
      return JSON.stringify(value).slice(1, -1)
    case 'form':
      return encoded(value, name)
    case 'regex':
      return value.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    default:
      return value
  }
}

function inUrl(value: string, name: string, before: string): string {
  const beforePath = !/^[^:/?#]*:\/\/[^/?#]*[/?#]/.test(before)
  if (!beforePath) return value === secretMark(name.slice('secret.'.length)) ? value : encoded(value, name)
  if (name.startsWith('parameters.') || /^[A-Za-z0-9._-]+$/.test(value)) return value
  throw invalid(`The value of {{${shown(name)}}} cannot be part of a host name.`)
}

function encoded(value: string, name: string): string {
  try {
    return encodeURIComponent(value)
  } catch {
    throw invalid(`The value of {{${shown(name)}}} is not well-formed text.`)
  }
}

/** A path that climbs would reach something else than the approver read. */
function checkUrl(url: string): void {
  if (!URL.canParse(url)) throw invalid('The URL of a step is none once its templates are filled in.')
  const path = /^[^:/?#]*:\/\/[^/?#]*([^?#]*)/.exec(url)?.[1] ?? ''
  if (path.split(/[/\\]/).some((segment) => /^(\.|%2e){1,2}$/i.test(segment)))
    throw invalid('The path of a step’s URL holds "." or ".." once its templates are filled in.')
}

/** RFC 9110 §5.5: visible characters, space and tab. The value may hold a secret, so the message does not show it. */
function checkHeader(value: string, template: string): void {
  if (!/^[\t\x20-\x7e\u0080-\u00ff«»]*$/.test(value))
    throw invalid(
      `The header value "${shown(template)}" holds a line break or another character that headers may not.`,
    )
}

function splitOnce(name: string): [string, string?] {
  const at = name.indexOf('.')
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)]
}

const shown = (text: string): string => JSON.stringify(text.slice(0, 64)).slice(1, -1)
const invalid = (message: string): Fault => new Fault('VALIDATION_FAILED', message)
