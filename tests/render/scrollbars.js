// SPDX-License-Identifier: Apache-2.0
//
// @grafana/ui imports the default of react-custom-scrollbars-2, which to esbuild
// is the whole CommonJS module.
import {Scrollbars} from './node_modules/react-custom-scrollbars-2/lib/index.js';

export default Scrollbars;
