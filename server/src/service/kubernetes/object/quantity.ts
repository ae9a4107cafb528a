const binary: Record<string, number> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}
const decimal: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
}

/**
 * A quantity as Kubernetes writes it (`250m`, `1.5Gi`, `12e3`), in cores, bytes or pieces; NaN for what is none.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function quantityOf(text: string | undefined): number {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([KMGTPE]i)|([numkMGTPE]?))$/.exec(text ?? '')
  if (!found) return Number.NaN
  const [, digits = '', exponent = '', two, ten = ''] = found
  return (
    Number(`${digits}${exponent}`) *
    (two === undefined ? (decimal[ten] ?? Number.NaN) : (binary[two] ?? Number.NaN))
  )
}
