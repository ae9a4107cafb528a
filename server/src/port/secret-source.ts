/** Secrets by name. Configuration and runbooks hold names only; a value is read when it is needed and kept nowhere. */
export interface SecretSource {
  /** Throws VALIDATION_FAILED, naming the secret and where it may be set, when there is none. */
  read(name: string): Promise<string>
}

export const secretName = /^[A-Z][A-Z0-9_]{0,63}$/
