/** `registry.example:5000/team/shop:1.2@sha256:…` → `shop:1.2`; a digest alone is cut to its first twelve digits. */
export function imageName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1)
  const [name = last, digest] = last.split('@')
  return digest === undefined || name.includes(':')
    ? name
    : `${name}@${digest.replace('sha256:', '').slice(0, 12)}`
}
