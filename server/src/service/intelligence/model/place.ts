/** Where a model is, as it is configured. */
type Place = { url: string; local?: boolean | undefined }

export const isLocal = (provider: Place): boolean =>
  provider.local ?? (provider.url !== '' && isInside(new URL(provider.url).hostname))

/** The provider's own address, or one that is in no private network: saying that it is local does not make it so. */
export function isHosted({ url }: Place): boolean {
  if (url === '') return true
  const host = new URL(url).hostname
  const bare = host.replace(/^\[|\]$/g, '')
  const hosted =
    /(^|\.)(openai\.com|anthropic\.com|googleapis\.com|azure\.com|x\.ai|mistral\.ai|groq\.com|openrouter\.ai)$/
  return hosted.test(host) || (isAddress(bare) && !isInside(host))
}

const isAddress = (host: string): boolean => /^\d+(\.\d+){3}$/.test(host) || host.includes(':')

/**
 * By the looks of its name: loopback, private networks (RFC 1918, RFC 4193), names without a dot, Services of this cluster, and domains
 * that are never public (RFC 6762, RFC 8375, ICANN's .internal). Any other name is outside until somebody says otherwise.
 */
function isInside(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host.includes(':')) return host === '::1' || /^f[cd]/.test(host)
  const [a = 0, b = 0] = host.split('.').map(Number)
  if (isAddress(host))
    return a === 127 || a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)
  return (
    !host.includes('.') || /\.(svc|svc\.cluster\.local|local|internal|localhost|home\.arpa)\.?$/.test(host)
  )
}
