package dev.capocomico.http.stream;

/**
 * One piece of news, as it is sent: written once, however many read it.
 *
 * @param place after which a reader stands who has it
 */
record Item(Place place, String text) implements Told {}
