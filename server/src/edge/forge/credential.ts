type Headers = Readonly<Record<string, string | undefined>>

/** The password of basic authentication (RFC 7617), whatever the user name. */
export function basicPassword(headers: Headers): string | undefined {
  const encoded = /^Basic ([A-Za-z0-9+/=_-]{1,1024})$/i.exec(headers.authorization ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : text.slice(colon + 1)
}

/** GitLab's header for access tokens, its header for jobs, or what git would send. */
export const gitlabToken = (headers: Headers): string | undefined =>
  headers['private-token'] ?? headers['job-token'] ?? basicPassword(headers)
