import type { FileOptions } from '../../adapter-kit/file-options.js'

export const fileOptions: FileOptions = {
  privateKeyFile: { option: 'privateKey', as: 'bytes' },
  alipayPublicKeyFile: { option: 'alipayPublicKey', as: 'bytes' },
  appCertFile: { option: 'appCert', as: 'bytes' },
  alipayCertFile: { option: 'alipayCert', as: 'bytes' },
  alipayRootCertFile: { option: 'alipayRootCert', as: 'bytes' },
  appAuthTokenFile: { option: 'appAuthToken', as: 'text' },
}
