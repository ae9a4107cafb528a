/** The Tempo whose API this is; the data source looks at it to know what it may ask. Ours follows as build metadata (semver §10). */
const spokenVersion = '2.8.0'

export const statusText = (version: string): unknown => ({
  version: `${spokenVersion}+aiops.${version}`,
  ...{ revision: '', branch: '', buildUser: '', buildDate: '', goVersion: '' },
})
