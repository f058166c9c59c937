package dev.capocomico.http.stream;

/** What a socket tells. */
sealed interface Told permits Item, Passing {}
