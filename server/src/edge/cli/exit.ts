/** An outcome that is no success without being a failure of the program: exits with this code and says nothing more. */
export class Exit extends Error {
  readonly code: number
  constructor(code: number) {
    super(`exit ${code}`)
    this.code = code
  }
}
