/** The contract that the server is made from: routes, parameters, bodies and roles, read from {@code openapi.yaml}. */
@NullMarked
package dev.capocomico.http.contract;

import org.jspecify.annotations.NullMarked;
