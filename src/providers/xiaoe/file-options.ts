import type { FileOptions } from '../../adapter-kit/file-options.js'

export const fileOptions: FileOptions = {
  secretKeyFile: { option: 'secretKey', as: 'text' },
  accessTokenFile: { option: 'accessToken', as: 'text' },
}
