import type { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { SecretSource } from '../../port/secret-source.ts'

/** The service that `SCHEME:http://HOST:PORT/PATH?name=value` names, and its settings as the adapter knows them. Throws CONFIG_INVALID. */
export function serviceOf<S extends z.ZodType>(
  value: string,
  schema: S,
): { url: string; config: z.output<S> } {
  const text = value.slice(value.indexOf(':') + 1)
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw unusable(value, 'after the scheme comes an address, http://HOST:PORT')
  const config = settingsOf(value, url.searchParams, schema)
  url.search = ''
  url.hash = ''
  return { url: url.href.replace(/\/+$/, ''), config }
}

/** The brokers, topic and settings of `kafka://HOST:PORT,HOST:PORT/TOPIC?name=value`. Throws CONFIG_INVALID. */
export function kafkaTopicOf<S extends z.ZodType>(
  value: string,
  schema: S,
): { brokers: string[]; topic: string; config: z.output<S> } {
  const [, hosts = '', topic = '', query = ''] = /^kafka:\/\/([^/?]+)\/([^/?]+)(?:\?(.*))?$/.exec(value) ?? []
  const brokers = hosts.split(',').map((host) => (/:\d+$/.test(host) ? host : `${host}:9092`))
  if (hosts === '' || brokers.some((broker) => !/^[\w.-]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i.test(broker)))
    throw unusable(value, 'write kafka://HOST:9092,HOST:9092/TOPIC')
  // Kafka's own rule for names of topics.
  if (!/^[a-zA-Z0-9._-]{1,249}$/.test(topic) || topic === '.' || topic === '..')
    throw unusable(value, `"${topic}" is no name of a topic`)
  return { brokers, topic, config: settingsOf(value, new URLSearchParams(query), schema) }
}

/** The server, database and settings of `postgres://HOST:PORT/DATABASE?name=value`. Throws CONFIG_INVALID. */
export function postgresDatabaseOf<S extends z.ZodType>(
  value: string,
  schema: S,
): { host: string; port: number; database: string; config: z.output<S> } {
  const url = URL.parse(value)
  const database = url?.pathname.slice(1) ?? ''
  if (url?.protocol !== 'postgres:' || url.hostname === '' || !/^[^/%]{1,63}$/.test(database))
    throw unusable(value, 'write postgres://HOST:5432/DATABASE?user=NAME&secret=NAME_OF_A_SECRET')
  return {
    // An IPv6 address stands in brackets in an address alone.
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 5432 : Number(url.port),
    database,
    config: settingsOf(value, url.searchParams, schema),
  }
}

/** Basic authentication where a user is named, a bearer token where only a secret is; read anew for each request. */
export function credentialsOf(
  config: { user: string; secret: string },
  secrets: SecretSource,
): { headers: () => Promise<Readonly<Record<string, string>>> } | Record<string, never> {
  const { user, secret } = config
  if (secret === '') return {}
  return {
    async headers(): Promise<Readonly<Record<string, string>>> {
      const value = await secrets.read(secret)
      const credentials =
        user === '' ? `Bearer ${value}` : `Basic ${Buffer.from(`${user}:${value}`).toString('base64')}`
      return { authorization: credentials }
    },
  }
}

function settingsOf<S extends z.ZodType>(value: string, parameters: URLSearchParams, schema: S): z.output<S> {
  const parsed = schema.safeParse(Object.fromEntries(parameters))
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw unusable(
    value,
    issue ? `${issue.path.join('.') || 'settings'}: ${issue.message}` : 'its settings are wrong',
  )
}

const unusable = (value: string, problem: string): Fault =>
  new Fault('CONFIG_INVALID', `The adapter "${value.slice(0, 200)}" cannot be used: ${problem}.`)
